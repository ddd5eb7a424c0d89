package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the texts of flips: the data are read once more, so that not all texts are held. */
final class FlipTexts {
  private static final int BLOCK = 512;

  private FlipTexts() {}

  static FileReport in(FileReport report, Items data, Task task) throws IOException {
    Comparison comparison = report.comparison().orElseThrow();
    List<Flip> found = new ArrayList<>();
    int next = 0;
    int index = 0;
    List<Flip> flips = comparison.flips();
    try (Items all = data) {
      while (next < flips.size()) {
        List<List<DataRow>> block = all.next(BLOCK);
        for (List<DataRow> item : block) {
          for (; next < flips.size() && flips.get(next).item() == index; next++) {
            DataRow row = item.get(0);
            found.add(flips.get(next).at(row.where(), DataFile.cut(task.shown(row))));
          }
          index++;
        }
        if (block.isEmpty()) {
          break;
        }
      }
    }
    return report.with(
        new Comparison(
            comparison.agreement(),
            comparison.agreementInterval(),
            comparison.agreementNote(),
            comparison.differences(),
            comparison.mcNemar(),
            comparison.numbers(),
            found));
  }
}
