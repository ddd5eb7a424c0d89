/**
 * Measures of answers, and how sure a difference of two of them is. Every value here is compared
 * with scipy, scikit-learn or a published table in its test.
 */
@NullMarked
package dev.litegraft.lab.statistics;

import org.jspecify.annotations.NullMarked;
