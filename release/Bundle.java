import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Looks at what Maven Central is sent, by the rules that Central has: each module with its POM, jar, sources and Javadoc,
 * each of these with a signature of the key in {@code GNUPGHOME} and with sums that are right; POMs that say a name, a
 * description, an address, licences, developers and where the sources are, themselves or by their parent, which is in the
 * bundle, too; no snapshot, and no module of ours that is needed and not there.
 *
 * <p>{@code java release/Bundle.java BUNDLE.zip [damaged]}; exit 1 with a line for each fault. With {@code damaged}, copies of
 * the bundle are damaged, one in each way that the rules know, and each must be refused.
 */
public final class Bundle {
  private static final String GROUP = "dev/litegraft";
  private static final List<String> SAID =
      List.of("name", "description", "url", "licenses", "developers", "scm");
  private static final List<String> KINDS = List.of(".jar", "-sources.jar", "-javadoc.jar");

  private final Path root;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Element> poms = new TreeMap<>();
  private int files;

  private Bundle(Path root) {
    this.root = root;
  }

  public static void main(String[] args) throws Exception {
    Path zip = Path.of(args[0]);
    List<String> faults;
    int files;
    int modules;
    try (FileSystem within = FileSystems.newFileSystem(zip)) {
      Bundle bundle = new Bundle(within.getPath("/"));
      bundle.check();
      faults = bundle.faults;
      files = bundle.files;
      modules = bundle.poms.size();
    }
    faults.forEach(System.err::println);
    if (!faults.isEmpty()) {
      System.exit(1);
    }
    System.out.printf(
        "%s: %d modules, %d files, each signed, sums right, %d bytes%n",
        zip.getFileName(), modules, files, Files.size(zip));
    if (args.length > 1 && args[1].equals("damaged") && !refusesAll(zip)) {
      System.exit(1);
    }
  }

  // The rules.

  private void check() throws Exception {
    Path group = root.resolve(GROUP);
    if (!Files.isDirectory(group)) {
      faults.add(GROUP + " is missing");
      return;
    }
    for (Path module : sorted(group)) {
      for (Path version : sorted(module)) {
        if (Files.isDirectory(version)) {
          module(module.getFileName().toString(), version);
        }
      }
    }
    for (Map.Entry<String, Element> pom : poms.entrySet()) {
      said(pom.getKey(), pom.getValue());
      needed(pom.getKey(), pom.getValue());
    }
    if (poms.isEmpty()) {
      faults.add("no module is there");
    }
  }

  private void module(String name, Path folder) throws Exception {
    String version = folder.getFileName().toString();
    String stem = name + "-" + version;
    if (version.endsWith("-SNAPSHOT")) {
      faults.add(stem + ": a snapshot");
    }
    Path pom = folder.resolve(stem + ".pom");
    if (!Files.exists(pom)) {
      faults.add(stem + ".pom is missing");
      return;
    }
    Element project = xml(pom);
    poms.put(name + ":" + version, project);
    if (!text(project, "packaging").equals("pom")) {
      for (String kind : KINDS) {
        Path file = folder.resolve(stem + kind);
        if (Files.exists(file)) {
          content(file, kind);
        } else {
          faults.add(stem + kind + " is missing");
        }
      }
    }
    for (Path file : sorted(folder)) {
      String of = file.getFileName().toString();
      if (!of.matches(".*\\.(asc|md5|sha1|sha256|sha512)")) {
        files++;
        sum(file, "MD5", ".md5");
        sum(file, "SHA-1", ".sha1");
        signature(file);
      }
    }
  }

  private void content(Path file, String kind) throws IOException {
    String looked =
        switch (kind) {
          case ".jar" -> ".class";
          case "-sources.jar" -> ".java";
          default -> "index.html";
        };
    Path copy = Files.createTempFile("bundle", ".jar");
    try {
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem jar = FileSystems.newFileSystem(copy);
          Stream<Path> all = Files.walk(jar.getPath("/"))) {
        if (all.noneMatch(f -> f.toString().endsWith(looked))) {
          faults.add(file.getFileName() + " has no " + looked);
        }
      }
    } catch (ZipException e) {
      faults.add(file.getFileName() + " is no jar: " + e.getMessage());
    } finally {
      Files.delete(copy);
    }
  }

  private void sum(Path file, String algorithm, String suffix) throws IOException, NoSuchAlgorithmException {
    Path noted = beside(file, suffix);
    String right = HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
    if (!Files.exists(noted)) {
      faults.add(noted.getFileName() + " is missing");
    } else if (!Files.readString(noted).strip().equals(right)) {
      faults.add(noted.getFileName() + " is not the sum of the file, " + right);
    }
  }

  private void signature(Path file) throws IOException, InterruptedException {
    Path signature = beside(file, ".asc");
    if (!Files.exists(signature)) {
      faults.add(signature.getFileName() + " is missing");
      return;
    }
    Path folder = Files.createTempDirectory("bundle");
    Path signed = folder.resolve("file");
    Path asc = folder.resolve("file.asc");
    Files.copy(file, signed);
    Files.copy(signature, asc);
    Process gpg =
        new ProcessBuilder("gpg", "--batch", "--verify", asc.toString(), signed.toString()).redirectErrorStream(true).start();
    String said = new String(gpg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gpg.waitFor() != 0) {
      faults.add(signature.getFileName() + ": gpg: " + said.strip().lines().reduce((a, b) -> b).orElse("refused"));
    }
    Files.delete(signed);
    Files.delete(asc);
    Files.delete(folder);
  }

  private void said(String name, Element project) {
    for (String word : SAID) {
      boolean own = !child(project, word).isEmpty();
      // A name and a description are each module's own; the rest may be its parent's.
      boolean inherited = !word.equals("name") && !word.equals("description") && says(parent(project), word);
      if (!own && !inherited) {
        faults.add(name + ": the POM says no " + word);
      }
    }
  }

  private boolean says(Element project, String word) {
    return project != null && (!child(project, word).isEmpty() || says(parent(project), word));
  }

  /** Null if there is none, or if it is not in the bundle. */
  private Element parent(Element project) {
    List<Element> parent = child(project, "parent");
    return parent.isEmpty()
        ? null
        : poms.get(text(parent.get(0), "artifactId") + ":" + text(parent.get(0), "version"));
  }

  private void needed(String name, Element project) {
    String version = name.substring(name.indexOf(':') + 1);
    for (Element dependencies : child(project, "dependencies")) {
      for (Element dependency : child(dependencies, "dependency")) {
        if (text(dependency, "version").endsWith("-SNAPSHOT")) {
          faults.add(name + " needs a snapshot of " + text(dependency, "artifactId"));
        }
        if (text(dependency, "groupId").equals("dev.litegraft")
            && !text(dependency, "scope").equals("test")
            && !poms.containsKey(text(dependency, "artifactId") + ":" + version)) {
          faults.add(name + " needs " + text(dependency, "artifactId") + ", which is not in the bundle");
        }
      }
    }
    if (!child(project, "parent").isEmpty() && parent(project) == null) {
      faults.add(name + ": its parent is not in the bundle");
    }
  }

  // Each rule has a bundle that breaks it.

  private record Damage(String what, String said, Change change) {}

  private interface Change {
    void in(Path runtime) throws IOException;
  }

  private static boolean refusesAll(Path zip) throws Exception {
    List<Damage> all =
        List.of(
            new Damage("a jar without a signature", ".jar.asc is missing", f -> Files.delete(the(f, ".jar.asc"))),
            new Damage("a sum that is missing", "-sources.jar.md5 is missing", f -> Files.delete(the(f, "-sources.jar.md5"))),
            new Damage("no sources", "-sources.jar is missing", f -> Files.delete(the(f, "-sources.jar"))),
            new Damage("no Javadoc", "-javadoc.jar is missing", f -> Files.delete(the(f, "-javadoc.jar"))),
            new Damage("no POM", ".pom is missing", f -> Files.delete(the(f, ".pom"))),
            new Damage("another jar's signature", ".jar.asc: gpg", f -> copy(the(f, "-sources.jar.asc"), the(f, "-javadoc.jar.asc"))),
            new Damage("a byte more", ".jar.sha1 is not the sum", f -> more(the(f, "-javadoc.jar"))),
            new Damage("a POM without a description", "says no description", f -> without(the(f, ".pom"), "description")),
            new Damage("Javadoc without pages", "-javadoc.jar has no index.html", f -> copy(the(f, "-sources.jar"), the(f, "-javadoc.jar"))),
            new Damage("a parent that says no licence", "says no licenses", f -> without(parents(f), "licenses")),
            new Damage("a parent that is not there", "its parent is not in the bundle", f -> Files.delete(parents(f))),
            new Damage("a module that is not there", "needs litegraft-tflite, which is not in the bundle", f -> delete(ground(f))));
    boolean good = true;
    for (Damage damage : all) {
      Path copy = Files.createTempFile("damaged", ".zip");
      Files.copy(zip, copy, StandardCopyOption.REPLACE_EXISTING);
      List<String> faults;
      try (FileSystem within = FileSystems.newFileSystem(copy)) {
        Path group = within.getPath("/").resolve(GROUP);
        damage.change.in(sorted(group.resolve("litegraft-runtime")).get(0));
        Bundle bundle = new Bundle(within.getPath("/"));
        bundle.check();
        faults = bundle.faults;
      }
      Files.delete(copy);
      if (faults.stream().noneMatch(f -> f.contains(damage.said))) {
        System.err.println(damage.what + " is not refused: " + faults);
        good = false;
      }
    }
    if (good) {
      System.out.println("refused: " + String.join(", ", all.stream().map(Damage::what).toList()));
    }
    return good;
  }

  private static Path the(Path folder, String suffix) {
    return folder.resolve("litegraft-runtime-" + folder.getFileName() + suffix);
  }

  private static Path parents(Path runtime) {
    String version = runtime.getFileName().toString();
    return runtime.resolve("../../litegraft").resolve(version).resolve("litegraft-" + version + ".pom").normalize();
  }

  private static Path ground(Path runtime) {
    return runtime.resolve("../../litegraft-tflite").resolve(runtime.getFileName()).normalize();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void more(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length + 1));
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : sorted(folder)) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  private static void without(Path pom, String word) throws IOException {
    String text = Files.readString(pom);
    Files.writeString(pom, text.replaceFirst("(?s)<" + word + ">.*?</" + word + ">", ""));
  }

  // What Java's own classes leave to do.

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      Predicate<Path> noted = f -> !f.getFileName().toString().startsWith("maven-metadata");
      return all.filter(noted).sorted().toList();
    }
  }

  private static Element xml(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
    }
  }

  private static List<Element> child(Element of, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element e && e.getTagName().equals(name)) {
        found.add(e);
      }
    }
    return found;
  }

  private static String text(Element of, String name) {
    List<Element> found = child(of, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }
}
