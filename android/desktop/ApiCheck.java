import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.codehaus.mojo.animal_sniffer.Clazz;

/**
 * Whether every class, method and field that a {@code classes.dex} names is there: in itself, in an Android release as a
 * signature file of Animal Sniffer lists it, or in jars. D8 and R8 check types only where they have to.
 *
 * <p>java -cp animal-sniffer.jar ApiCheck.java classes.dex android.signature library.jar…; what is missing is printed, and
 * the exit code is 1.
 *
 * <p>Source: the formats of <a href="https://source.android.com/docs/core/runtime/dex-format">dex files</a> and of class
 * files (JVMS 4).
 */
final class ApiCheck {
  /** What a class file says of itself; names with slashes. */
  private record Known(String parent, List<String> interfaces, Set<String> members) {}

  private final List<ZipFile> jars = new ArrayList<>();
  private final Map<String, Known> known = new HashMap<>();
  private final ByteBuffer dex;

  private ApiCheck(byte[] dex, List<Path> jars) throws IOException {
    this.dex = ByteBuffer.wrap(dex).order(ByteOrder.LITTLE_ENDIAN);
    for (Path jar : jars) {
      if (jar.toString().endsWith(".signature")) {
        release(jar);
      } else {
        this.jars.add(new ZipFile(jar.toFile()));
      }
    }
  }

  private void release(Path signature) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new GZIPInputStream(Files.newInputStream(signature)))) {
      for (Object read = in.readObject(); read != null; read = in.readObject()) {
        Clazz one = (Clazz) read;
        Set<String> members = new HashSet<>();
        one.getSignatures().forEach(member -> members.add(member.replace('#', ' ')));
        known.put(one.getName(), new Known(one.getSuperClass() == null ? "" : one.getSuperClass(), List.of(one.getSuperInterfaces()), members));
      }
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      jars.add(Path.of(args[i]));
    }
    ApiCheck check = new ApiCheck(Files.readAllBytes(Path.of(args[0])), jars);
    Set<String> missing = check.missing();
    missing.forEach(System.out::println);
    System.out.println(check.count(88) + " methods and " + check.count(80) + " fields are named, " + missing.size() + " are missing");
    System.exit(missing.isEmpty() ? 0 : 1);
  }

  private int count(int header) {
    return dex.getInt(header);
  }

  private Set<String> missing() throws IOException {
    Set<String> own = new HashSet<>();
    for (int i = 0; i < count(96); i++) {
      own.add(type(dex.getInt(dex.getInt(100) + 32 * i)));
    }
    Set<String> missing = new TreeSet<>();
    for (int i = 0; i < count(88); i++) {
      int at = dex.getInt(92) + 8 * i;
      String owner = type(Short.toUnsignedInt(dex.getShort(at)));
      String name = string(dex.getInt(at + 4));
      // Arrays have clone() and length, and signatures of method handles are made where they are called.
      if (!own.contains(owner) && !owner.startsWith("[") && !polymorphic(owner) && !has(owner, name + prototype(Short.toUnsignedInt(dex.getShort(at + 2))), new HashSet<>())) {
        missing.add(owner + "." + name + prototype(Short.toUnsignedInt(dex.getShort(at + 2))));
      }
    }
    for (int i = 0; i < count(80); i++) {
      int at = dex.getInt(84) + 8 * i;
      String owner = type(Short.toUnsignedInt(dex.getShort(at)));
      String field = string(dex.getInt(at + 4)) + " " + type(Short.toUnsignedInt(dex.getShort(at + 2)));
      if (!own.contains(owner) && !has(owner, field, new HashSet<>())) {
        missing.add(owner + "." + field);
      }
    }
    return missing;
  }

  private static boolean polymorphic(String owner) {
    return owner.equals("Ljava/lang/invoke/MethodHandle;") || owner.equals("Ljava/lang/invoke/VarHandle;");
  }

  private String string(int index) {
    int at = dex.getInt(dex.getInt(60) + 4 * index);
    while (dex.get(at) < 0) {
      at++; // the length in UTF-16 units
    }
    int end = ++at;
    while (dex.get(end) != 0) {
      end++;
    }
    return new String(dex.array(), at, end - at, StandardCharsets.UTF_8);
  }

  private String type(int index) {
    return string(dex.getInt(dex.getInt(68) + 4 * index));
  }

  private String prototype(int index) {
    int at = dex.getInt(76) + 12 * index;
    StringBuilder text = new StringBuilder("(");
    int list = dex.getInt(at + 8);
    for (int i = 0; list != 0 && i < dex.getInt(list); i++) {
      text.append(type(Short.toUnsignedInt(dex.getShort(list + 4 + 2 * i))));
    }
    return text.append(')').append(type(dex.getInt(at + 4))).toString();
  }

  private boolean has(String owner, String member, Set<String> seen) throws IOException {
    String name = owner.substring(1, owner.length() - 1);
    return hasNamed(name, member, seen);
  }

  private boolean hasNamed(String name, String member, Set<String> seen) throws IOException {
    if (!seen.add(name)) {
      return false;
    }
    Known found = known(name);
    if (found == null) {
      return false;
    }
    if (found.members().contains(member)) {
      return true;
    }
    for (String parent : found.interfaces()) {
      if (hasNamed(parent, member, seen)) {
        return true;
      }
    }
    return !found.parent().isEmpty() ? hasNamed(found.parent(), member, seen) : hasNamed("java/lang/Object", member, seen);
  }

  private Known known(String name) throws IOException {
    if (!known.containsKey(name)) {
      Known read = null;
      for (ZipFile jar : jars) {
        ZipEntry entry = jar.getEntry(name + ".class");
        if (entry != null && read == null) {
          read = read(jar.getInputStream(entry).readAllBytes());
        }
      }
      known.put(name, read);
    }
    return known.get(name);
  }

  private static Known read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.skipBytes(8);
    int count = in.readUnsignedShort();
    Object[] pool = new Object[count];
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> pool[i] = in.readUTF();
        case 7 -> pool[i] = in.readUnsignedShort();
        case 8, 16, 19, 20 -> in.skipBytes(2);
        case 15 -> in.skipBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
        case 5, 6 -> {
          in.skipBytes(8);
          i++;
        }
        default -> throw new IOException("a constant of kind " + tag);
      }
    }
    in.skipBytes(4);
    int parent = in.readUnsignedShort();
    List<String> interfaces = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      interfaces.add((String) pool[(Integer) pool[in.readUnsignedShort()]]);
    }
    Set<String> members = new HashSet<>();
    for (int kind = 0; kind < 2; kind++) {
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        in.skipBytes(2);
        String name = (String) pool[in.readUnsignedShort()];
        String descriptor = (String) pool[in.readUnsignedShort()];
        members.add(kind == 0 ? name + " " + descriptor : name + descriptor);
        for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
          in.skipBytes(2);
          in.skipBytes(in.readInt());
        }
      }
    }
    return new Known(parent == 0 ? "" : (String) pool[(Integer) pool[parent]], interfaces, members);
  }
}
