package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.Converter;
import dev.litegraft.error.OneVersion;
import dev.litegraft.runtime.RawModel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose modules are not of one version: it is told before anything is read. */
class TwoVersionsTest {
  @TempDir Path folder;

  @Test
  void aRuntimeBesideAnotherGroundOpensNothing() throws Exception {
    Path file = folder.resolve("reviews.tflite");
    assertThat(CommandRun.of("convert", "" + CommandRun.EXAMPLE, "-o", "" + file).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertRefused(RawModel.class, "classify", file.toString(), "a text");
  }

  @Test
  void aConverterBesideAnotherGroundReadsNothing() throws Exception {
    Path file = folder.resolve("none.tflite");
    assertRefused(Converter.class, "convert", "" + CommandRun.EXAMPLE, "-o", "" + file);
    assertThat(file).doesNotExist();
  }

  private void assertRefused(Class<?> front, String... args) throws Exception {
    Path newer = jar("newer.jar", "9.9.9", front);
    Path older = jar("older.jar", "9.8.0", OneVersion.class);
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(
                    File.pathSeparator,
                    newer.toString(),
                    older.toString(),
                    System.getProperty("java.class.path")),
                Litegraft.class.getName()));
    command.addAll(List.of(args));
    Path err = folder.resolve("err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
    assertThat(out).isEmpty();
    assertThat(Files.readAllLines(err, StandardCharsets.UTF_8))
        .satisfiesExactly(
            what -> assertThat(what).contains("versions of Litegraft", "9.8.0 and 9.9.9"),
            where -> assertThat(where).contains(older.toUri().getPath(), newer.toUri().getPath()),
            remedy -> assertThat(remedy).contains("keep all dev.litegraft artifacts on one"));
    assertThat(process.exitValue()).isEqualTo(ExitCode.FAULT);
  }

  /** The module of a class, as a jar of another version. */
  private Path jar(String name, String version, Class<?> type)
      throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    Path file = folder.resolve(name);
    Path module = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      if (Files.isDirectory(module)) {
        copy(module, jar);
      } else {
        try (FileSystem within = FileSystems.newFileSystem(module)) {
          copy(within.getPath("/"), jar);
        }
      }
    }
    return file;
  }

  private static void copy(Path root, JarOutputStream jar) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(f -> f.toString().endsWith(".class") || f.toString().endsWith(".properties"))
          .forEach(
              f -> {
                try (InputStream in = Files.newInputStream(f)) {
                  jar.putNextEntry(
                      new JarEntry(root.relativize(f).toString().replace(File.separatorChar, '/')));
                  in.transferTo(jar);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
