import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Reads lines {"reader": …, "writer": …} and answers each with Avro's own verdict; an exception is answered by its message.
 * A line that is a text is parsed as a schema: what is wrong with it as a new one and as one that the registry has.
 */
public class Compat {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode pair = mapper.readTree(line);
      if (pair.isTextual()) {
        out.write(mapper.writeValueAsString(mapper.createArrayNode().add(fault(pair.textValue(), true)).add(fault(pair.textValue(), false))));
        out.newLine();
        continue;
      }
      ObjectNode answer = mapper.createObjectNode();
      try {
        Schema reader = parse(pair.get("reader").toString());
        Schema writer = parse(pair.get("writer").toString());
        SchemaCompatibility.SchemaCompatibilityResult result =
            SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        ArrayNode list = answer.putArray("incompatibilities");
        for (SchemaCompatibility.Incompatibility one : result.getIncompatibilities()) {
          list.addObject().put("type", one.getType().name()).put("path", one.getLocation()).put("message", one.getMessage());
        }
      } catch (RuntimeException e) {
        answer.put("exception", e.getClass().getSimpleName() + ": " + e.getMessage());
      }
      out.write(mapper.writeValueAsString(answer));
      out.newLine();
    }
    out.flush();
  }

  private static String fault(String text, boolean isNew) {
    try {
      Schema.Parser parser = new Schema.Parser(isNew ? NameValidator.STRICT_VALIDATOR : NameValidator.NO_VALIDATION);
      Schema schema = parser.setValidateDefaults(isNew).parse(text);
      if (!isNew) checkNames(schema, Collections.newSetFromMap(new IdentityHashMap<>()));
      return "ok";
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  /** Of a stored schema a registry still looks at the simple names. */
  private static void checkNames(Schema schema, Set<Schema> seen) {
    if (!seen.add(schema)) return;
    switch (schema.getType()) {
      case RECORD -> {
        checkName(schema.getName());
        for (Schema.Field field : schema.getFields()) {
          checkName(field.name());
          checkNames(field.schema(), seen);
        }
      }
      case ENUM -> {
        checkName(schema.getName());
        schema.getEnumSymbols().forEach(Compat::checkName);
      }
      case FIXED -> checkName(schema.getName());
      case ARRAY -> checkNames(schema.getElementType(), seen);
      case MAP -> checkNames(schema.getValueType(), seen);
      case UNION -> schema.getTypes().forEach(branch -> checkNames(branch, seen));
      default -> { }
    }
  }

  private static void checkName(String name) {
    NameValidator.Result result = NameValidator.UTF_VALIDATOR.validate(name);
    if (!result.isOK()) throw new IllegalArgumentException(result.getErrors());
  }

  /** As a registry reads what it has stored. */
  private static Schema parse(String text) {
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }
}
