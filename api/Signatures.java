import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleTypeAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the signatures of what is meant for users (the includes of {@code api/pom.xml}) into one jar that nothing can run and
 * japicmp can read: no private members, no code. {@code java api/Signatures.java OUT.jar CLASSES…} with a JDK of version 25;
 * docs/versions.md says when.
 */
public final class Signatures {
  /** Where records are answers, facts and options, which users read and change, and do not make: docs/versions.md. */
  private static final Pattern READ =
      Pattern.compile("dev/litegraft/((runtime|facts|hub|web|inspection|lab/.*)/)?[^/]+");

  private static final List<String> MADE =
      List.of("dev/litegraft/runtime/TextPair", "dev/litegraft/runtime/TokenRow");

  private static final ClassFile CLASS_FILE =
      ClassFile.of(
          ClassFile.ConstantPoolSharingOption.NEW_POOL,
          ClassFile.DebugElementsOption.DROP_DEBUG,
          ClassFile.LineNumbersOption.DROP_LINE_NUMBERS);

  public static void main(String[] args) throws IOException {
    List<String> face =
        Pattern.compile("<include>([^<]+)</include>")
            .matcher(Files.readString(Path.of("api/pom.xml")))
            .results()
            .map(found -> found.group(1))
            .toList();
    TreeMap<String, byte[]> entries = new TreeMap<>();
    for (String folder : List.of(args).subList(1, args.length)) {
      Path root = Path.of(folder);
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          ClassModel type = CLASS_FILE.parse(file);
          if (isSeen(type.flags().flags())
              && isOf(face, type.thisClass().asInternalName().replace('/', '.'))
              && !type.flags().has(AccessFlag.SYNTHETIC)) {
            entries.put(root.relativize(file).toString().replace('\\', '/'), signatures(type));
          }
        }
      }
    }
    try (OutputStream out = Files.newOutputStream(Path.of(args[0]));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(9);
      for (var entry : entries.entrySet()) {
        ZipEntry head = new ZipEntry(entry.getKey());
        head.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(head);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    System.out.println(entries.size() + " types");
  }

  /** Whether a type, or the one that it is nested in, is listed, or its package is. */
  private static boolean isOf(List<String> face, String type) {
    String outer = type.contains("$") ? type.substring(0, type.indexOf('$')) : type;
    return face.contains(outer) || face.contains(outer.substring(0, outer.lastIndexOf('.')));
  }

  private static byte[] signatures(ClassModel type) {
    return CLASS_FILE.build(
        type.thisClass(),
        ConstantPoolBuilder.of(),
        out ->
            type.forEach(
                element -> {
                  switch (element) {
                    case MethodModel m when !isSeen(m.flags().flags()) || m.flags().has(AccessFlag.SYNTHETIC) -> {}
                    case MethodModel m when m.methodName().equalsString("<init>") && isRead(type) -> {}
                    case MethodModel m ->
                        out.transformMethod(
                            m,
                            (method, part) -> {
                              if (!(part instanceof CodeModel)) {
                                method.with(part);
                              }
                            });
                    case FieldModel f when !isSeen(f.flags().flags()) -> {}
                    case SourceFileAttribute s -> {}
                    case RuntimeInvisibleAnnotationsAttribute a -> {}
                    case RuntimeInvisibleTypeAnnotationsAttribute a -> {}
                    case RuntimeVisibleAnnotationsAttribute a -> {}
                    case RuntimeVisibleTypeAnnotationsAttribute a -> {}
                    default -> out.with(element);
                  }
                }));
  }

  private static boolean isRead(ClassModel type) {
    String name = type.thisClass().asInternalName();
    return type.superclass().filter(c -> c.asInternalName().equals("java/lang/Record")).isPresent()
        && READ.matcher(name).matches()
        && !MADE.contains(name);
  }

  private static boolean isSeen(java.util.Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }
}
