package dev.litegraft.hub;

/** Hears how far a download is; called from several threads. */
public interface HubListener {
  /** Hears nothing. */
  HubListener NONE =
      new HubListener() {
        @Override
        public void at(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  /**
   * So much of it is there.
   *
   * @param done bytes, of which some may have been there before
   * @param total bytes
   */
  void at(long done, long total);

  /** Something that is good to know while it lasts. */
  void note(String text);
}
