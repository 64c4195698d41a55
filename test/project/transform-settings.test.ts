import { describe, expect, it } from "vitest";
import { unreadTransformSettings } from "../../src/project/transforms/setting-names.ts";

const unwrap = { transforms: "unwrap", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState" };

/** Settings that nobody reads, each with its remedy. */
function unread(settings: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return unreadTransformSettings(settings).map(({ setting, remedy }) => [setting, remedy]);
}

describe("settings of transforms", () => {
  it("that the class reads are none of these, nor those of a class that is not known", () => {
    expect(unread({ ...unwrap, "transforms.unwrap.add.fields": "op", "transforms.unwrap.negate": "true" })).toEqual([]);
    expect(unread({ transforms: "x", "transforms.x.type": "com.example.Mine", "transforms.x.anything": "1" })).toEqual([]);
    expect(unread({ transforms: "f", "transforms.f.type": "io.debezium.transforms.Filter", "transforms.f.condition": "true" })).toEqual([]);
  });

  it("that it does not know are named, with the near one", () => {
    expect(unread({ ...unwrap, "transforms.unwrap.add.field": "op", "transforms.unwrap.colour": "red" })).toEqual([
      ["transforms.unwrap.add.field", "did you mean transforms.unwrap.add.fields?"],
      ["transforms.unwrap.colour", "take it out, or correct its name"],
    ]);
  });

  it("of an alias that is not listed are named", () => {
    expect(unread({ ...unwrap, "transforms.route.type": "RegexRouter", "predicates.p.type": "x" })).toEqual([
      ["transforms.route.type", "add route to transforms, or take the setting out"],
      ["predicates.p.type", "add p to predicates, or take the setting out"],
    ]);
    expect(unread({ ...unwrap, "transforms.unwarp.add.fields": "op" })).toEqual([
      ["transforms.unwarp.add.fields", "did you mean transforms.unwrap?"],
    ]);
  });
});
