package dev.litegraft.web;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.Shell;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LiteRT.js, as npm installs it. Every file is known by its hash, because a page does what these
 * files say; nothing is downloaded here.
 */
final class NpmRuntime {
  /** Installs what is needed. */
  static final String INSTALL = "npm install @litertjs/core@2.5.3 @litertjs/wasm-utils@2.5.3";

  private static final String CORE = "@litertjs/core/";
  private static final String UTILS = "@litertjs/wasm-utils/";

  /** Bytes; a larger one is no package.json. */
  private static final long LARGEST = 1 << 20;

  /** The import that finds its module in npm's folder, and in the page's. */
  private static final String NPM_IMPORT = "from \"@litertjs/wasm-utils\"";

  private static final String PAGE_IMPORT = "from \"./wasm-utils.js\"";

  /** A file of an npm package, and where the page has it. */
  private record Pinned(String from, String to, String sha256) {}

  private static final List<Pinned> FILES =
      List.of(
          new Pinned(
              CORE + "dist/index.js",
              "lib/litert.js",
              "e7daccc3a31eef890848a737ccb863ded5f046a6b40c3fdc0556495adeb5d9b3"),
          new Pinned(
              UTILS + "dist/index.js",
              "lib/wasm-utils.js",
              "e0e20bc28ab001ac732cf40d15b6eebd24fb0deaeb95eeba5100f51eebf015f2"),
          new Pinned(
              CORE + "wasm/litert_wasm_internal.js",
              "lib/wasm/litert_wasm_internal.js",
              "68efb69f770e3f76aff36a377de629ca496c131b86ac0f0f4b592a1543a898eb"),
          new Pinned(
              CORE + "wasm/litert_wasm_internal.wasm",
              "lib/wasm/litert_wasm_internal.wasm",
              "7280cf4471774867e385e6c3cd53e2b45e2975b80fea338fff4ef359b0865614"),
          new Pinned(
              CORE + "wasm/litert_wasm_compat_internal.js",
              "lib/wasm/litert_wasm_compat_internal.js",
              "4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5"),
          new Pinned(
              CORE + "wasm/litert_wasm_compat_internal.wasm",
              "lib/wasm/litert_wasm_compat_internal.wasm",
              "5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c"));

  private NpmRuntime() {}

  /**
   * The files of a page's {@code lib} folder.
   *
   * @param folder that npm installed into, or its {@code node_modules}
   * @throws InvalidInputException if they are not there, or are of another version
   */
  static Map<String, byte[]> files(Path folder) throws IOException {
    Path modules =
        Files.isDirectory(folder.resolve("node_modules")) ? folder.resolve("node_modules") : folder;
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (Pinned pinned : FILES) {
      files.put(pinned.to(), checked(modules, pinned, folder));
    }
    return files;
  }

  private static byte[] checked(Path modules, Pinned pinned, Path folder) throws IOException {
    Path file = modules.resolve(pinned.from());
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "the browser's runtime is not there, and it is never downloaded unasked: "
              + pinned.from()
              + " is missing",
          folder.toAbsolutePath().normalize().toString(),
          INSTALL + ", and name its folder: --runtime " + Shell.word(folder.toString()));
    }
    byte[] bytes = Files.readAllBytes(file);
    String sha256 = Sha256.of(bytes);
    if (!sha256.equals(pinned.sha256())) {
      throw new InvalidInputException(
          "a file of the browser's runtime is not that of version 2.5.3"
              + stated(modules, pinned)
              + ": its SHA-256 is "
              + sha256
              + ", expected "
              + pinned.sha256(),
          file.toAbsolutePath().normalize().toString(),
          INSTALL);
    }
    return pinned.to().equals("lib/litert.js") ? redirected(bytes) : bytes;
  }

  /** What the package says of itself, which may be another version or a changed one. */
  private static String stated(Path modules, Pinned pinned) {
    String name = pinned.from().startsWith(CORE) ? CORE : UTILS;
    try {
      Object version = Json.read(modules.resolve(name + "package.json"), LARGEST).get("version");
      return version == null ? "" : " (" + name + "package.json says " + version + ")";
    } catch (IOException | InvalidInputException e) {
      return "";
    }
  }

  /** Import maps do not reach workers. */
  private static byte[] redirected(byte[] script) {
    String text = new String(script, StandardCharsets.UTF_8);
    return text.replace(NPM_IMPORT, PAGE_IMPORT)
        .replace("//# sourceMappingURL=index.js.map", "")
        .getBytes(StandardCharsets.UTF_8);
  }
}
