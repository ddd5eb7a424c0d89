import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Packs folders of classes into a jar in which methods that Android 8 lacks are those of dev.litegraft.android.Backports.
 *
 * <p>java -cp asm.jar Backport.java TO.jar FOLDER…
 */
final class Backport {
  private static final String BACKPORTS = "dev/litegraft/android/Backports";

  /** Name and arguments; which class it is called on does not matter: no other class has one of these. */
  private static final Set<String> METHODS =
      Set.of(
          "toList()Ljava/util/List;",
          "readAllBytes()[B",
          "readNBytes([BII)I",
          "get(I[BII)Ljava/nio/ByteBuffer;",
          "slice(II)Ljava/nio/ByteBuffer;",
          "equals([BII[BII)Z",
          "equals([III[III)Z",
          "toArray(Ljava/util/function/IntFunction;)[Ljava/lang/Object;");

  public static void main(String[] args) throws IOException {
    try (OutputStream out = Files.newOutputStream(Path.of(args[0])); ZipOutputStream jar = new ZipOutputStream(out)) {
      for (int i = 1; i < args.length; i++) {
        add(jar, Path.of(args[i]));
      }
    }
  }

  private static void add(ZipOutputStream jar, Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile).sorted()::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (name.startsWith("META-INF/")) {
          continue;
        }
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(1_767_225_600_000L); // the same input gives the same bytes
        jar.putNextEntry(entry);
        byte[] bytes = Files.readAllBytes(file);
        jar.write(name.endsWith(".class") && !name.startsWith(BACKPORTS) ? changed(bytes) : bytes);
        jar.closeEntry();
      }
    }
  }

  private static byte[] changed(byte[] bytes) {
    ClassWriter to = new ClassWriter(0);
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9, to) {
              @Override
              public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
                  @Override
                  public void visitMethodInsn(int code, String owner, String called, String arguments, boolean isInterface) {
                    if (!owner.startsWith("java/") || !METHODS.contains(called + arguments)) {
                      super.visitMethodInsn(code, owner, called, arguments, isInterface);
                      return;
                    }
                    String receiver =
                        code == Opcodes.INVOKESTATIC ? "" : switch (called) {
                          case "toList" -> "Ljava/util/stream/Stream;";
                          case "readAllBytes", "readNBytes" -> "Ljava/io/InputStream;";
                          case "get", "slice" -> "Ljava/nio/ByteBuffer;";
                          default -> "Ljava/util/Collection;";
                        };
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, BACKPORTS, called, "(" + receiver + arguments.substring(1), false);
                  }
                };
              }
            },
            0);
    return to.toByteArray();
  }
}
