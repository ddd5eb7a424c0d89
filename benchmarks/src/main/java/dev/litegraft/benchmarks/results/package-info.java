/** What comparisons with other programs measured, as JSON and as tables of the documentation. */
@NullMarked
package dev.litegraft.benchmarks.results;

import org.jspecify.annotations.NullMarked;
