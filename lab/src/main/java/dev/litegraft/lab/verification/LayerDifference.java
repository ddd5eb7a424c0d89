package dev.litegraft.lab.verification;

/**
 * One named value, as the file and as the reference compute it.
 *
 * @param name the PyTorch module that makes it
 * @param maxAbs the largest difference; infinite where the file has NaN
 * @param relative the root mean square of the differences over that of the reference's numbers
 * @param cosine of the angle between both
 * @param departs whether the difference is more than rounding
 */
public record LayerDifference(
    String name, double maxAbs, double relative, double cosine, boolean departs) {}
