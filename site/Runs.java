import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the commands of pages again and puts their output in place of the old one, so that no page shows what nobody saw:
 * {@code java site/Runs.java docs/commands.md …} with a JDK of version 17 or later. A command is a line {@code $ …} at the
 * beginning of a fenced block; commands of a page run one after the other in a folder of their own, in which the repository's examples
 * stand. {@code lines=N} behind the fence shows the first N lines. {@code docs/commands.md#convert,serve} runs only what stands below these
 * headings. The variable LITEGRAFT names another launcher.
 */
public final class Runs {
  public static void main(String[] args) throws Exception {
    Path repository = Path.of("").toAbsolutePath();
    String launcher = System.getenv().getOrDefault("LITEGRAFT", repository.resolve("litegraft").toString());
    for (String argument : args) {
      String page = argument.replaceFirst("#.*", "");
      List<String> wanted = argument.contains("#") ? List.of(argument.substring(argument.indexOf('#') + 1).split(",")) : List.of();
      boolean runs = wanted.isEmpty();
      Path folder = Files.createTempDirectory("litegraft-runs");
      for (String name : List.of("examples", "cli", "clients")) {
        Files.createSymbolicLink(folder.resolve(name), repository.resolve(name));
      }
      List<String> out = new ArrayList<>();
      List<String> lines = Files.readAllLines(Path.of(page));
      for (int i = 0; i < lines.size(); i++) {
        out.add(lines.get(i));
        if (lines.get(i).startsWith("## ")) {
          runs = wanted.isEmpty() || wanted.contains(lines.get(i).substring(3));
        }
        boolean command = runs && lines.get(i).startsWith("```") && i + 1 < lines.size() && lines.get(i + 1).startsWith("$ ");
        if (!command) {
          continue;
        }
        int most = lines.get(i).contains("lines=") ? Integer.parseInt(lines.get(i).replaceAll(".*lines=", "")) : Integer.MAX_VALUE;
        String asked = lines.get(++i);
        out.add(asked);
        List<String> said = run(asked.substring(2).replace("./litegraft", "\"$LITEGRAFT\""), launcher, folder);
        out.addAll(said.subList(0, Math.min(most, said.size())));
        if (said.size() > most) {
          out.add("…");
        }
        while (!lines.get(i + 1).startsWith("```")) {
          i++;
        }
      }
      Files.write(Path.of(page), out);
      try (Stream<Path> left = Files.walk(folder)) {
        left.sorted((a, b) -> b.compareTo(a)).forEach(f -> f.toFile().delete());
      }
    }
  }

  private static List<String> run(String command, String launcher, Path folder) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("LITEGRAFT", launcher);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(10, TimeUnit.MINUTES);
    System.out.println(process.exitValue() + "  " + command);
    return said.lines().map(String::stripTrailing).toList();
  }
}
