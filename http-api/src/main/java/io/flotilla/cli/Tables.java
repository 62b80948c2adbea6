package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, as wide as their widest cell. */
final class Tables {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Tables(String... headings) {
    rows.add(List.of(headings));
  }

  Tables row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(width(column) - cell.length())).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  /** The replicas in an answer to {@code GET /v1/groups}. */
  static Tables groups(JsonNode groups) {
    Tables table = new Tables("GROUP", "LEADER", "NODE", "ROLE", "TERM", "COMMIT", "APPLIED", "LAST", "SNAPSHOT");
    for (JsonNode group : groups.path("groups")) {
      for (JsonNode replica : group.path("replicas")) {
        table.row(group.path("id").asText(), group.path("leader").asText("-"), replica.path("node").asText(),
            replica.path("role").asText(), replica.path("term").asLong(), replica.path("commitIndex").asLong(),
            replica.path("lastApplied").asLong(), replica.path("lastIndex").asLong(), replica.path("snapshotIndex").asLong());
      }
    }
    return table;
  }
}
