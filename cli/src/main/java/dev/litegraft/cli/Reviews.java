package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Labelled texts: {@code text<TAB>label} a line, below a line of names. */
final class Reviews {
  /** A text and its right label. */
  record Review(String text, String label) {}

  private Reviews() {}

  /** The first texts of a file. */
  static List<Review> first(int count, Path file) throws IOException {
    List<Review> reviews = new ArrayList<>();
    try (TextLines lines = TextLines.open(file.toString(), InputStream.nullInputStream())) {
      lines.next();
      for (String line = lines.next();
          line != null && reviews.size() < count;
          line = lines.next()) {
        int tab = line.lastIndexOf('\t');
        if (tab < 0) {
          throw new InvalidInputException(
              "the line has no tab", lines.where(), "text, a tab, and its label");
        }
        reviews.add(new Review(line.substring(0, tab), line.substring(tab + 1)));
      }
    }
    return reviews;
  }
}
