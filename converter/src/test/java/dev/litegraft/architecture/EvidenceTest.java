package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.config.HfConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final Path CASES = Path.of("src", "test", "resources", "golden", "cases");
  private static final Path CLASSES = Path.of("src", "test", "resources", "golden", "classes");

  @Test
  void aClassIsCalledRecordedIfAndOnlyIfACaseOfItIsRecorded() throws IOException {
    Set<String> called = new TreeSet<>();
    for (Architecture architecture : Architectures.ALL) {
      Architectures.classes(architecture)
          .forEach(
              (name, task) -> {
                if (architecture.checkedAgainst(task) == Evidence.RECORDED) {
                  called.add(name);
                }
              });
    }
    assertThat(called).isEqualTo(recorded());
  }

  /** The classes of the recorded cases, without those that are recorded to be refused. */
  private static Set<String> recorded() throws IOException {
    Set<String> recorded = new TreeSet<>();
    Set<String> known = new TreeSet<>();
    for (Path cases : List.of(CASES, CLASSES)) {
      List<Path> folders;
      try (Stream<Path> found = Files.list(cases)) {
        folders = found.toList();
      }
      for (Path folder : folders) {
        recorded.addAll(HfConfig.read(folder.resolve("config.json")).texts("architectures"));
      }
    }
    Architectures.ALL.forEach(family -> known.addAll(Architectures.classes(family).keySet()));
    recorded.retainAll(known);
    return recorded;
  }
}
