/** Message queues (manual 2.4). */
import { cancellationPoint, entry, resumedBy, waitsCancellably } from '../call';
import * as mqueue from './mqueue';
import * as notify from './notify';
import * as transfer from './transfer';

export const mqueueCalls = [
  entry('2.4.1', 'mqd_t mq_open(const char *name, int oflag, ...)', mqueue.mq_open),
  entry('2.4.2', 'int mq_close(mqd_t mqdes)', mqueue.mq_close),
  entry('2.4.3', 'int mq_unlink(const char *name)', mqueue.mq_unlink),
  entry(
    '2.4.4',
    'int mq_send(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio)',
    transfer.mq_send,
    resumedBy(transfer.resumeQueueCall(transfer.mq_send)),
    // An interrupt handler may call it, and does not wait.
    cancellationPoint,
  ),
  entry(
    '2.4.4',
    'int mq_timedsend(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio, const struct timespec *abstime)',
    transfer.mq_timedsend,
    resumedBy(transfer.resumeQueueCall(transfer.mq_timedsend)),
    waitsCancellably,
  ),
  entry(
    '2.4.5',
    'ssize_t mq_receive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio)',
    transfer.mq_receive,
    resumedBy(transfer.resumeQueueCall(transfer.mq_receive)),
    waitsCancellably,
  ),
  entry(
    '2.4.6',
    'ssize_t mq_timedreceive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio, const struct timespec *abstime)',
    transfer.mq_timedreceive,
    resumedBy(transfer.resumeQueueCall(transfer.mq_timedreceive)),
    waitsCancellably,
  ),
  entry('2.4.7', 'int mq_notify(mqd_t mqdes, const struct sigevent *notification)', notify.mq_notify),
  entry(
    '2.4.8',
    'int mq_setattr(mqd_t mqdes, const struct mq_attr *mqstat, struct mq_attr *oldstat)',
    mqueue.mq_setattr,
  ),
  entry('2.4.9', 'int mq_getattr(mqd_t mqdes, struct mq_attr *mqstat)', mqueue.mq_getattr),
] as const;
