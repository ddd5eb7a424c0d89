package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.litegraft.error.InvalidInputException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is refused, and how. */
public final class Refusal {
  private Refusal() {}

  public static InvalidInputException of(ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(InvalidInputException.class);
    InvalidInputException refusal = (InvalidInputException) thrown;
    assertThat(String.valueOf(refusal.getMessage()).lines()).as("lines of the message").hasSize(3);
    assertThat(refusal.where()).isNotBlank();
    assertThat(refusal.remedy()).isNotBlank();
    return refusal;
  }
}
