package dev.litegraft.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tensor.DType;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneVersionTest {
  private static final Class<?> PARENT = LitegraftException.class;

  @TempDir Path folder;

  private static String path(String... entries) {
    return String.join(File.pathSeparator, entries).replace('/', File.separatorChar);
  }

  @Test
  void jarsOfTwoVersionsAreFoundByTheirNames() {
    assertThat(
            OneVersion.named(
                path(
                    "/m2/litegraft-runtime-0.2.0.jar",
                    "/m2/litegraft-tflite-0.2.0.jar",
                    "/m2/litegraft-langchain4j-spi-0.10.1.jar",
                    "/m2/jackson-core-2.22.0.jar")))
        .containsOnlyKeys("0.2.0", "0.10.1")
        .containsEntry("0.2.0", path("/m2/litegraft-runtime-0.2.0.jar"));
    assertThat(
            OneVersion.named(
                path("litegraft-0.2.0-linux-x86_64.jar", "litegraft-runtime-0.3.0-SNAPSHOT.jar")))
        .containsOnlyKeys("0.2.0", "0.3.0");
  }

  @Test
  void oneVersionIsOneWhateverStandsBehindIt() {
    assertThat(
            OneVersion.named(
                path(
                    "/m2/litegraft-runtime-0.2.0-20261130.101010-3.jar",
                    "/m2/litegraft-tflite-0.2.0-20261130.101012-3.jar",
                    "/m2/litegraft-tflite-0.2.0-SNAPSHOT.jar",
                    "/m2/litegraft-tflite-0.2.0-sources.jar",
                    "/app/litegraft.jar")))
        .containsOnlyKeys("0.2.0");
  }

  @Test
  void everyModuleThatIsPublishedIsKnown() throws IOException {
    List<String> published = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.toList()) {
        Path pom = module.resolve("pom.xml");
        if (Files.isRegularFile(pom) && !Files.readString(pom).contains("deploy.skip>true<")) {
          published.add(String.valueOf(module.getFileName()));
        }
      }
    }
    assertThat(published).contains("tflite", "spark", "langchain4j-spi").doesNotContain("fuzz");
    for (String module : published) {
      assertThat(OneVersion.named("litegraft-" + module + "-0.2.0.jar")).as(module).hasSize(1);
    }
  }

  @Test
  void jarsOfOthersAreTheirs() {
    assertThat(
            OneVersion.named(
                path(
                    "/app/litegraft-reviews-1.0.0.jar",
                    "/app/litegraft-.jar",
                    "/app/litegraft-runtime.jar",
                    "/app/my-litegraft-runtime-9.0.0.jar",
                    "/litegraft-runtime-9.0.0/classes",
                    "",
                    "litegraft-4.jar.txt")))
        .isEmpty();
  }

  @Test
  void modulesWhoseManifestsDifferAreRefusedWithBothJars() throws Throwable {
    Path errors = jar("errors.jar", "0.3.0", OneVersion.class, ClassPathException.class, PARENT);
    Path older = jar("older.jar", "0.2.0", DType.class);
    assertThatThrownBy(() -> require(errors, older))
        .hasMessage(
            "2 versions of Litegraft are on one class path: 0.2.0 and 0.3.0\n  where: "
                + older.toUri().getPath()
                + " and "
                + errors.toUri().getPath()
                + "\n  try:   keep all dev.litegraft artifacts on one version; `mvn"
                + " dependency:tree` or `gradle dependencies` shows who brings which");
    require(errors, jar("same.jar", "0.3.0", DType.class));
  }

  /** {@link OneVersion#require} of a class of each jar, in a loader that knows only these. */
  private static void require(Path errors, Path tensors) throws Throwable {
    URL[] both = {errors.toUri().toURL(), tensors.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(both, ClassLoader.getPlatformClassLoader())) {
      Class<?> asked = loader.loadClass(OneVersion.class.getName());
      Object parts = new Class<?>[] {asked, loader.loadClass(DType.class.getName())};
      asked.getMethod("require", Class[].class).invoke(null, parts);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Path jar(String name, String version, Class<?>... classes) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    Path file = folder.resolve(name);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (Class<?> type : classes) {
        String entry = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
          in.transferTo(jar);
        }
      }
    }
    return file;
  }
}
