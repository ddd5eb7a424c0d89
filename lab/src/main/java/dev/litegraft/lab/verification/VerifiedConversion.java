package dev.litegraft.lab.verification;

import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.NativeRuntimeException;
import dev.litegraft.error.ParityException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversion whose file takes its place only if it answers like the checkpoint.
 *
 * @param conversion what was made
 * @param verification how the file was judged; absent where there is no native runtime to run it
 * @param note what the user should know of the verification: that the quality of a quantized file
 *     is doubtful, or anything else, or why there was none
 */
public record VerifiedConversion(
    ConversionReport conversion, Optional<VerificationReport> verification, Optional<String> note) {

  /**
   * Converts, verifies, and only then puts the file in its place.
   *
   * <p>A float file that does not answer like the checkpoint, or cannot be run, is deleted. A
   * quantized file stays, and the note says what is doubtful: what quantization may cost is the
   * user's to say.
   *
   * @param verification of this checkpoint, of any file
   * @throws ParityException if a float file does not answer like the checkpoint
   * @throws InvalidInputException as {@link Converter#convert}
   * @throws IOException as {@link Converter#convert}
   */
  public static VerifiedConversion convert(
      Converter converter, Verification verification, Path target) throws IOException {
    Check check = new Check(verification, target);
    ConversionReport report = converter.convert(target, check::judge);
    return new VerifiedConversion(
        report.withSeconds(report.seconds() - check.seconds),
        Optional.ofNullable(check.report),
        Optional.ofNullable(check.note));
  }

  /** The verification of the hidden file, and what came of it. */
  private static final class Check {
    /** What options of a conversion decide. */
    private static final Set<String> CHOSEN = Set.of("pooling", "normalize", "max_length");

    private final Verification verification;
    private final Path target;
    private @Nullable VerificationReport report;
    private @Nullable String note;
    private double seconds;

    Check(Verification verification, Path target) {
      this.verification = verification;
      this.target = target;
    }

    void judge(Path complete) throws IOException {
      long begin = System.nanoTime();
      try {
        VerificationReport judged = verification.ofFile(complete).run().withFile(target);
        report = judged;
        // What the user may have chosen otherwise than the checkpoint has it is worth a note.
        boolean chosen =
            judged.sameNumbers()
                && judged.differences().stream().allMatch(d -> CHOSEN.contains(d.setting()));
        if (!judged.match() && !chosen && !judged.storage().isQuantized()) {
          throw refused(judged);
        }
        note =
            judged.match()
                ? judged.doubts().isEmpty() ? null : String.join("; ", judged.doubts())
                : judged.verdict();
      } catch (NativeRuntimeException e) {
        note = "not verified: " + e.what();
      } catch (InvalidFileException e) {
        // A fault of the checkpoint's, as of its tokenizer, stays what it is.
        throw unusable(e, complete);
      } finally {
        seconds = (System.nanoTime() - begin) / 1e9;
      }
    }

    private ParityException unusable(InvalidFileException e, Path complete) {
      ParityException fault =
          new ParityException(
              "the file cannot be run, so it was not left: " + e.what(),
              e.where().replace(complete.toString(), target.toString()),
              "report it with the checkpoint's config.json; --no-verify leaves the file");
      fault.initCause(e);
      return fault;
    }

    private ParityException refused(VerificationReport judged) {
      String departure =
          judged.firstDeparture().map(name -> ", first departure at " + name).orElse("");
      String differences = judged.differences().isEmpty() ? "" : ", " + judged.differences().get(0);
      return new ParityException(
          judged.verdict() + "; it was not left",
          target + departure + differences,
          "report it with the checkpoint's config.json; --no-verify leaves the file, and `litegraft"
              + " verify` then shows every layer");
    }
  }
}
