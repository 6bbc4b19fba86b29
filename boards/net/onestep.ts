/** What a MAC with a PTP clock writes into messages of one-step clocks as they leave (IEEE 1588-2008, clause 9.5.9.3). */
import { Flag, MessageType } from '../apps/ptpd/messages';
import { nsBetween, zeroTime } from '../apps/ptpd/time';
import type { Timespec } from '../../kernel/clock/timespec';
import { get16 } from '../../kernel/net/bytes';
import { addCorrection, getTimestamp, ptpIn, ptpType, PtpField, putTimestamp } from './ptp';

/**
 * A frame as it leaves: a Sync without the flag twoStep has the time as its originTimestamp; with `peer`, a Pdelay_Resp
 * without it has the time since its requestReceiptTimestamp added to its correctionField, and zero in its place (clause
 * 11.4.3).
 *
 * @param time at which the end of the start delimiter passes the port
 * @returns a changed copy; null: it leaves as it is
 */
export function stampInFrame(frame: Uint8Array, peer: boolean, time: Timespec): Uint8Array | null {
  const place = ptpIn(frame);
  if (!place) return null;
  const type = ptpType(frame, place);
  if (get16(frame, place.at + PtpField.flags) & Flag.TwoStep) return null;
  if (type !== MessageType.Sync && !(peer && type === MessageType.PdelayResp)) return null;
  const stamped = frame.slice();
  if (type === MessageType.Sync) putTimestamp(stamped, place, PtpField.body, time);
  else {
    addCorrection(stamped, place, nsBetween(time, getTimestamp(stamped, place, PtpField.body)));
    putTimestamp(stamped, place, PtpField.body, zeroTime);
  }
  return stamped;
}
