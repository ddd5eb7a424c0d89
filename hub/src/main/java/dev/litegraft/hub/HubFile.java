package dev.litegraft.hub;

/**
 * A file of a model, as the Hub lists it.
 *
 * @param name with its folders, parted by slashes
 * @param size in bytes
 * @param hash what its bytes must give
 */
record HubFile(String name, long size, FileHash hash) {
  /** The name without its folders. */
  String last() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The folders, with a slash behind; empty for none. */
  String folder() {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }
}
