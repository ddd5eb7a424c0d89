/** Folders that the libraries saved, held against what the libraries answered. */
@NullMarked
package dev.litegraft.lab.conformance;

import org.jspecify.annotations.NullMarked;
