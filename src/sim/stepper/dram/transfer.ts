/** A transfer that a DMA engine has issued, with every burst of it written out. */
export interface Transfer {
  /** Unique and rising in the order of issue of one engine. */
  readonly id: number;
  readonly write: boolean;
  /** By channel: the bursts there, in order. */
  readonly bursts: readonly (readonly number[])[];
}

/** A DMA engine as the channels see it: what it has issued so far, oldest first. */
export interface RequestStream {
  readonly issued: readonly Transfer[];
}
