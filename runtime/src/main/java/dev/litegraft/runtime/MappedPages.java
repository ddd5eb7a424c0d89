package dev.litegraft.runtime;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.Allocation;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.TfLiteContext;
import org.bytedeco.tensorflowlite.TfLiteRegistration.Init_TfLiteContext_BytePointer_long;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a file that is mapped. Once its weights are packed nobody reads them any more, but they
 * stay in the memory of the process until others need it: as much again as what was packed. Given
 * back, those that are read again (rows of tables, norms) come from the system's cache.
 */
final class MappedPages {
  /** {@code MADV_DONTNEED} of Linux: the mapping stays, and what is read of it is read anew. */
  private static final int DONT_NEED = 4;

  private static final @Nullable Init_TfLiteContext_BytePointer_long MADVISE = find();

  private MappedPages() {}

  private static @Nullable Init_TfLiteContext_BytePointer_long find() {
    LiteRt.load();
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    Pointer madvise = linux ? Loader.addressof("madvise") : null;
    return madvise == null
        ? null
        : new Init_TfLiteContext_BytePointer_long(CFunction.slot(madvise));
  }

  /** An address, as the binding's type for the function has its first argument. */
  private static final class Place extends TfLiteContext {
    Place(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  /** A number in the place of an address. */
  private static final class Length extends BytePointer {
    Length(long bytes) {
      super((Pointer) null);
      this.address = bytes;
    }
  }

  /** Gives back the pages of a model's file, where it is mapped and the system can be asked. */
  static void release(FlatBufferModel model) {
    Allocation file = model.allocation();
    if (MADVISE != null && file != null && file.type() == Allocation.kMMap) {
      MADVISE.call(new Place(file.base().address()), new Length(file.bytes()), DONT_NEED);
    }
  }
}
