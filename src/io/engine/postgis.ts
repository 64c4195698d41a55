import type { KnownExtension } from "./known-extensions.ts";

/**
 * Functions of PostGIS that defaults, generated columns, CHECKs, views and row migrations call, by what they give; `g` stands for geometry and
 * geography in turn (PostGIS manual, chapter 7). They give no value: a table's shape needs none.
 */
const functions: Readonly<Record<string, string>> = {
  text: "ST_AsText(g); ST_AsEWKT(g); ST_AsGeoJSON(g); ST_GeometryType(geometry); GeometryType(g); ST_GeoHash(geometry)",
  integer:
    "ST_SRID(g); ST_NPoints(geometry); ST_NumPoints(geometry); ST_NumGeometries(geometry); ST_Dimension(geometry); ST_CoordDim(geometry)",
  smallint: "ST_NDims(geometry)",
  float8:
    "ST_X(geometry); ST_Y(geometry); ST_Z(geometry); ST_Area(g); ST_Length(g); ST_Perimeter(g); ST_Distance(g, g); ST_XMin(geometry); ST_XMax(geometry); ST_YMin(geometry); ST_YMax(geometry); ST_Azimuth(g, g); ST_LineLocatePoint(geometry, geometry)",
  boolean:
    "ST_IsValid(geometry); ST_IsEmpty(geometry); ST_IsClosed(geometry); ST_IsSimple(geometry); ST_Intersects(g, g); ST_Covers(g, g); ST_CoveredBy(g, g); ST_Contains(geometry, geometry); ST_Within(geometry, geometry); ST_Equals(geometry, geometry); ST_DWithin(g, g, float8)",
  geometry:
    "ST_Centroid(geometry); ST_Envelope(geometry); ST_Multi(geometry); ST_MakeValid(geometry); ST_Force2D(geometry); ST_Force3D(geometry); ST_Boundary(geometry); ST_PointOnSurface(geometry); ST_ConvexHull(geometry); ST_StartPoint(geometry); ST_EndPoint(geometry); ST_Transform(geometry, integer); ST_SetSRID(geometry, integer); ST_Buffer(geometry, float8); ST_Simplify(geometry, float8); ST_SimplifyPreserveTopology(geometry, float8); ST_MakePoint(float8, float8); ST_MakePoint(float8, float8, float8); ST_Point(float8, float8); ST_Point(float8, float8, integer); ST_GeomFromText(text); ST_GeomFromText(text, integer); ST_GeomFromEWKT(text); ST_GeomFromGeoJSON(text); ST_GeomFromGeoJSON(json); ST_GeomFromGeoJSON(jsonb); ST_GeomFromWKB(bytea); ST_GeomFromWKB(bytea, integer); ST_Union(geometry, geometry); ST_Difference(geometry, geometry); ST_Intersection(geometry, geometry); ST_CollectionExtract(geometry, integer); ST_MakeEnvelope(float8, float8, float8, float8); ST_MakeEnvelope(float8, float8, float8, float8, integer); ST_MakeLine(geometry, geometry); ST_LineInterpolatePoint(geometry, float8); ST_SnapToGrid(geometry, float8)",
  geography: "ST_GeogFromText(text); ST_GeographyFromText(text); ST_Centroid(geography); ST_Buffer(geography, float8)",
};

const ofBoth = (signature: string): readonly string[] =>
  /\bg\b/.test(signature) ? ["geometry", "geography"].map((type) => signature.replaceAll(/\bg\b/g, type)) : [signature];

export const postgis: KnownExtension = {
  version: "3.5.2",
  types: [
    { name: "geometry", modifiers: "words" },
    { name: "geography", modifiers: "words" },
    ...["box2d", "box3d", "spheroid"].map((name) => ({ name, modifiers: "none" }) as const),
  ],
  scripts: [
    "CREATE CAST (geometry AS geography) WITHOUT FUNCTION AS IMPLICIT",
    "CREATE CAST (geography AS geometry) WITHOUT FUNCTION",
    ...Object.entries(functions).flatMap(([type, signatures]) =>
      signatures
        .split("; ")
        .flatMap(ofBoth)
        .map((signature) => `CREATE FUNCTION ${signature} RETURNS ${type} LANGUAGE sql IMMUTABLE STRICT AS 'SELECT NULL::${type}'`),
    ),
  ],
  calls: ["postgis_full_version", "postgis_extensions_upgrade", "postgis_version"],
};
