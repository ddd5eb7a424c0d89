package dev.litegraft.hub;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of strangers, before they become paths. */
final class FileNames {
  private static final int LONGEST = 512;

  /** What every file system takes as it stands there. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.+@=,()\\[\\] -]+");

  /** Devices of Windows, whatever follows behind a dot. */
  private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

  /** The root of a drive; what has a colon elsewhere is no path on Windows, and is passed over. */
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[/\\\\]");

  private static final Pattern NUMBERED_DEVICE = Pattern.compile("(com|lpt)[0-9]");

  private FileNames() {}

  /** Whether a name leads out of its folder, or is none. */
  static boolean isHostile(String name) {
    if (name.isEmpty() || name.length() > LONGEST || name.chars().anyMatch(c -> c < ' ')) {
      return true;
    }
    for (String part : name.replace('\\', '/').split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return true;
      }
    }
    return DRIVE.matcher(name).lookingAt();
  }

  /** Whether a name can be a path on every system. */
  static boolean isPlain(String name) {
    if (isHostile(name)) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      String stem = part.toLowerCase(Locale.ROOT);
      stem = stem.contains(".") ? stem.substring(0, stem.indexOf('.')) : stem;
      if (!PLAIN.matcher(part).matches()
          || part.endsWith(".")
          || part.endsWith(" ")
          || part.startsWith(" ")
          || DEVICES.contains(stem)
          || NUMBERED_DEVICE.matcher(stem).matches()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The path of a file below a folder.
   *
   * @throws HubException if the name cannot be a path there
   */
  static Path below(Path folder, String name) {
    Path path = isPlain(name) ? folder.resolve(name).normalize() : folder;
    if (path.equals(folder.normalize()) || !path.startsWith(folder.normalize())) {
      throw new HubException(
          HubException.Reason.REFUSED,
          "the Hub lists a file whose name cannot be a path: \"" + name + "\"",
          folder.toString(),
          "tell the model's authors; download the files that you need by hand, and convert the"
              + " folder");
    }
    return path;
  }
}
