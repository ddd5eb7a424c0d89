package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a copy of the repository's layout, with a Java and a Maven that only say so. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path folder;

  private Path home;
  private Path launcher;
  private Path jdk;
  private Path jar;

  @BeforeEach
  void layOut() throws IOException {
    home = Files.createDirectories(folder.resolve("a folder with spaces"));
    launcher = home.resolve("litegraft");
    Files.copy(Path.of("..", "litegraft"), launcher);
    launcher.toFile().setExecutable(true);
    jdk = folder.resolve("my jdk");
    script(
        jdk.resolve("bin/java"),
        "for a in \"$@\"; do echo \"<$a>\"; done; echo \"LC_ALL=${LC_ALL:-}\"; exit 3");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    jar = home.resolve("cli/target/dist/lib/litegraft.jar");
    script(
        home.resolve("mvnw"),
        "mkdir -p cli/target/dist/lib; [ \"$1\" = -v ] || echo built"
            + " >cli/target/dist/lib/litegraft.jar");
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    file.toFile().setExecutable(true);
  }

  private void build() throws IOException {
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "built");
    Files.writeString(jar.resolveSibling("../classes-17.0.1.jsa"), "");
  }

  private record Start(int exitCode, String out, String err) {}

  private Start start(Path program, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeAll(List.of("LC_ALL", "LC_CTYPE", "LANG"));
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    Path err = folder.resolve("err.txt");
    Process process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return new Start(process.waitFor(), text, Files.readString(err));
    }
  }

  @Test
  void argumentsAndTheExitCodePassThrough() throws Exception {
    build();
    Start start = start(launcher, Map.of(), "classify", "a file", "", "*", "이 영화");
    assertThat(start.out())
        .contains(
            "<-Dlitegraft.home=" + home.toRealPath() + ">",
            "<-jar>\n<" + home.toRealPath() + "/cli/target/dist/lib/litegraft.jar>",
            "<classify>\n<a file>\n<>\n<*>\n<이 영화>\n");
    assertThat(start.err()).isEmpty();
    assertThat(start.exitCode()).isEqualTo(3);
  }

  @Test
  void itFindsItsFolderThroughLinks() throws Exception {
    build();
    Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), launcher);
    Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("absolute"));
    assertThat(start(relative, Map.of()).out())
        .isEqualTo(start(absolute, Map.of()).out())
        .contains("<-Dlitegraft.home=" + home.toRealPath() + ">");
  }

  @Test
  void optionsForJavaAreAppendedAndMayNameTheCollector() throws Exception {
    build();
    String out =
        start(launcher, Map.of("LITEGRAFT_JAVA_OPTS", "-Xmx256m -XX:+UseParallelGC")).out();
    assertThat(out).contains("<-Xmx256m>\n<-XX:+UseParallelGC>").doesNotContain("SerialGC");
  }

  @Test
  void whatAsksForATextOrTwoIsCompiledByTheFirstCompilerAlone() throws Exception {
    build();
    String first = "<-XX:TieredStopAtLevel=1>";
    assertThat(start(launcher, Map.of(), "classify", "a.tflite", "a text").out()).contains(first);
    assertThat(start(launcher, Map.of(), "classify", "a.tflite", "--file", "texts.txt").out())
        .doesNotContain(first);
    assertThat(start(launcher, Map.of(), "convert", "classify").out()).doesNotContain(first);
    Path large = folder.resolve("a large.tflite");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(17 << 20);
    }
    assertThat(start(launcher, Map.of(), "classify", large.toString(), "a text").out())
        .doesNotContain(first);
  }

  @Test
  void withoutALocaleTextsAreUtf8() throws Exception {
    build();
    assertThat(start(launcher, Map.of()).out()).contains("LC_ALL=C.UTF-8");
    assertThat(start(launcher, Map.of("LANG", "ko_KR.UTF-8")).out()).endsWith("LC_ALL=\n");
  }

  @Test
  void aJavaThatIsTooOldIsNamed() throws Exception {
    build();
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Start start = start(launcher, Map.of());
    assertThat(start.err())
        .startsWith("error: Java 11.0.2 is too old: version 17 or later is needed\nwhere: ")
        .contains(jdk.toString());
    assertThat(start.err().lines()).hasSize(3);
    assertThat(start.exitCode()).isEqualTo(ExitCode.NATIVE);
  }

  @Test
  void aMissingJavaIsNamed() throws Exception {
    build();
    Start start = start(launcher, Map.of("JAVA_HOME", "/no/jdk"));
    assertThat(start.err()).startsWith("error: no Java was found\nwhere: JAVA_HOME=/no/jdk\n");
    assertThat(start.exitCode()).isEqualTo(ExitCode.NATIVE);
  }

  @Test
  void theFirstUseBuildsAndTheSecondDoesNot() throws Exception {
    assertThat(start(launcher, Map.of()).err())
        .isEqualTo("building (first use, about a minute)…\n");
    assertThat(jar).exists();
    assertThat(home.resolve("cli/target/.building")).doesNotExist();
    assertThat(start(launcher, Map.of()).err()).isEmpty();
  }

  @Test
  void aChangeOfTheSourcesBuildsAgain() throws Exception {
    build();
    Path source = Files.createDirectories(home.resolve("converter/src/main")).resolve("A.java");
    Files.writeString(source, "class A {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(start(launcher, Map.of()).err()).isEqualTo("building (the sources have changed)…\n");
    assertThat(start(launcher, Map.of()).err()).as("its time is still to come").isEmpty();
  }

  private Path lock(String owner) throws IOException {
    Path lock = Files.createDirectories(home.resolve("cli/target/.building"));
    if (!owner.isEmpty()) {
      Files.writeString(lock.resolve("pid"), owner + "\n");
    }
    return lock;
  }

  private void assertBuilds(Path lock) throws IOException, InterruptedException {
    assertThat(start(launcher, Map.of()).err()).startsWith("building (first use");
    assertThat(jar).exists();
    assertThat(lock).doesNotExist();
  }

  @Test
  void aLockWhoseOwnerIsGoneDoesNotBlock() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    assertBuilds(lock(gone.pid() + " " + home.toRealPath()));
  }

  @Test
  void aLockThatACopyBroughtDoesNotBlock() throws Exception {
    assertBuilds(lock(ProcessHandle.current().pid() + " /another/home"));
  }

  @Test
  void aLockThatWasNeverSignedDoesNotBlock() throws Exception {
    assertBuilds(lock(""));
  }

  @Test
  void ofTwoAtOnceOneBuildsAndTheOtherWaits() throws Exception {
    Path log = folder.resolve("builds");
    script(
        home.resolve("mvnw"),
        "[ \"$1\" = -v ] && exit 0; echo built >>'"
            + log
            + "'; sleep 1; mkdir -p cli/target/dist/lib; echo built"
            + " >cli/target/dist/lib/litegraft.jar");
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "families");
      builder.environment().put("JAVA_HOME", jdk.toString());
      both.add(
          builder
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out" + i).toFile())
              .start());
    }
    for (int i = 0; i < 2; i++) {
      assertThat(both.get(i).waitFor()).isEqualTo(3); // What this Java ends with.
      assertThat(Files.readString(folder.resolve("out" + i))).contains("<families>");
    }
    assertThat(Files.readAllLines(log)).containsExactly("built");
  }

  @Test
  void jarsThatAreNewerThanTheirClassesAreRehearsedAgain() throws Exception {
    build();
    Path classes = jar.resolveSibling("../classes-17.0.1.jsa");
    Files.setLastModifiedTime(classes, FileTime.from(Instant.EPOCH));
    start(launcher, Map.of());
    assertThat(Files.getLastModifiedTime(classes).toInstant()).isAfter(Instant.EPOCH);
  }

  @Test
  void aBuildThatFailsIsTold() throws Exception {
    script(home.resolve("mvnw"), "[ \"$1\" = -v ] || { echo 'no network'; exit 1; }");
    Start start = start(launcher, Map.of());
    assertThat(start.err()).contains("no network\nerror: the build failed: see above\n");
    assertThat(start.exitCode()).isEqualTo(ExitCode.NATIVE);
    assertThat(home.resolve("cli/target/.building")).doesNotExist();
  }
}
