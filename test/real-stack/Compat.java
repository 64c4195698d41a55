import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Reads lines {"reader": …, "writer": …} and answers each with Avro's own verdict; an exception is answered by its message. */
public class Compat {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode pair = mapper.readTree(line);
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

  /** As a registry reads what it has stored. */
  private static Schema parse(String text) {
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }
}
