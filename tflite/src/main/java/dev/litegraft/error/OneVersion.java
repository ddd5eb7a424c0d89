package dev.litegraft.error;

import java.io.File;
import java.security.CodeSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a program has one version of Litegraft. Of two on one class path the classes of
 * the first jar win: what differs fails where it is called, or answers otherwise.
 *
 * <p>Nothing is opened for it. Looked at are the names of jars on the class path, and what the
 * manifests say of classes that are loaded anyway. Folders of classes have no version, and jars
 * inside of another jar are seen by their manifests alone.
 */
public final class OneVersion {
  private static final String PREFIX = "litegraft-";
  private static final String SUFFIX = ".jar";

  /** The published modules; other names that begin alike are somebody else's. */
  private static final Set<String> MODULES =
      Set.of(
          "tflite",
          "tokenizer",
          "hub",
          "checkpoint",
          "converter",
          "runtime",
          "web",
          "serve",
          "langchain4j",
          "langchain4j-spi",
          "spring-ai",
          "spark",
          "lab",
          "cli",
          ""); // The jar with everything for one platform.

  private OneVersion() {}

  /**
   * Compares this program's class path, and these classes, one of each module.
   *
   * @throws ClassPathException if two versions are found
   */
  public static void require(Class<?>... parts) {
    Map<String, String> found = named(System.getProperty("java.class.path", ""));
    refuse(found);
    found.clear();
    for (Class<?> part : parts) {
      @Nullable Package its = part.getPackage();
      @Nullable String version = its == null ? null : its.getImplementationVersion();
      if (version != null) {
        found.putIfAbsent(version, origin(part));
      }
    }
    refuse(found);
  }

  private static void refuse(Map<String, String> found) {
    if (found.size() > 1) {
      throw new ClassPathException(
          found.size() + " versions of Litegraft are on one class path: " + versions(found),
          String.join(" and ", found.values()),
          "keep all dev.litegraft artifacts on one version; `mvn dependency:tree` or `gradle"
              + " dependencies` shows who brings which");
    }
  }

  private static String versions(Map<String, String> found) {
    return String.join(" and ", found.keySet());
  }

  /**
   * The versions that jars of ours on a class path have in their names, each with the first such
   * jar. What stands behind the three numbers, a snapshot's time or a classifier, does not count.
   */
  static Map<String, String> named(String classPath) {
    Map<String, String> found = new TreeMap<>();
    int from = 0;
    while (from < classPath.length()) {
      int to = classPath.indexOf(File.pathSeparatorChar, from);
      to = to < 0 ? classPath.length() : to;
      String entry = classPath.substring(from, to);
      from = to + 1;
      if (entry.endsWith(SUFFIX)) {
        String name = entry.substring(entry.lastIndexOf(File.separatorChar) + 1);
        @Nullable String version = version(name);
        if (version != null) {
          found.putIfAbsent(version, entry);
        }
      }
    }
    return found;
  }

  /** The version in the name of a jar of ours; null if it is not ours. */
  private static @Nullable String version(String name) {
    if (!name.startsWith(PREFIX)) {
      return null;
    }
    int dash = PREFIX.length() - 1;
    while (dash >= 0 && !isDigit(name.charAt(dash + 1))) {
      dash = name.indexOf('-', dash + 1);
    }
    if (dash < 0) {
      return null;
    }
    String module = dash < PREFIX.length() ? "" : name.substring(PREFIX.length(), dash);
    int end = dash + 1;
    while (isDigit(name.charAt(end))
        || (name.charAt(end) == '.' && isDigit(name.charAt(end + 1)))) {
      end++;
    }
    return MODULES.contains(module) ? name.substring(dash + 1, end) : null;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static String origin(Class<?> part) {
    @Nullable CodeSource source = part.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null
        ? part.getName()
        : source.getLocation().getPath();
  }
}
