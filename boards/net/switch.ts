/** A switch: store and forward, with a table of the addresses it has seen and a queue at each port. */
export interface SwitchSettings {
  /** From the last bit of a frame at one port until it can leave by another. */
  storeNs: number;
  /** An address that was not seen for so long is forgotten. */
  ageingNs: number;
  /** Bytes that wait at a port at most; what comes then is dropped. */
  queueBytes: number;
}
