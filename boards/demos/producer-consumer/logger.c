/* Prints the consumer's reports, after some formatting at the lowest
 * priority: whenever the others want the CPU, it is Ready, not Running.
 */

#include <nuttx/config.h>

#include <stdio.h>

#include "station.h"

#define FORMAT_US 25000

int logger_main(int argc, FAR char *argv[])
{
  for (unsigned int n = 1; ; n++)
    {
      struct report_s report;

      sem_wait(&g_report_ready);
      report = g_report;
      sem_post(&g_report_free);
      compute(FORMAT_US);

      printf("report %u: %u readings from %d.%03d to %d.%03d C\n",
             n, (unsigned int)report.count,
             (int)report.lowest / 1000, (int)report.lowest % 1000,
             (int)report.highest / 1000, (int)report.highest % 1000);
    }
}
