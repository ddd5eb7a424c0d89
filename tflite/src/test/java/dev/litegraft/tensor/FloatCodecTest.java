package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FloatCodecTest {
  @Test
  void eachFloatingTypeIsReadFromThePositionOn() {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) 0x7777);
    bytes.putShort(BFloat16.of(1.5f)).putShort(Float16.of(-2.25f)).putFloat(3.75f).putDouble(0.1);
    bytes.flip().position(2);
    float[] out = new float[6];
    FloatCodec.decode(DType.BF16, bytes, out, 1, 1);
    FloatCodec.decode(DType.F16, bytes, out, 2, 1);
    FloatCodec.decode(DType.F32, bytes, out, 3, 1);
    FloatCodec.decode(DType.F64, bytes, out, 4, 1);
    assertThat(out).containsExactly(0, 1.5f, -2.25f, 3.75f, 0.1f, 0);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void wholeNumbersAreNoFloatingType() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatCodec.decode(DType.I64, ByteBuffer.allocate(8), new float[1], 0, 1))
        .withMessage("I64 is not a floating type");
  }

  @Test
  void bfloat16IsTheUpperHalfOfF32RoundedToEven() {
    assertThat(BFloat16.toFloat((short) 0x3f81)).isEqualTo(1.0078125f);
    assertThat(BFloat16.of(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80);
    assertThat(BFloat16.of(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82);
    assertThat(BFloat16.of(Float.intBitsToFloat(0x3f808001))).isEqualTo((short) 0x3f81);
    assertThat(BFloat16.toFloat(BFloat16.of(Float.intBitsToFloat(0x7f800001)))).isNaN();
    assertThat(BFloat16.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
  }
}
