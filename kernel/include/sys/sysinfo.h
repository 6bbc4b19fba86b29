#ifndef __INCLUDE_SYS_SYSINFO_H
#define __INCLUDE_SYS_SYSINFO_H

#define SI_LOAD_SHIFT 16

struct sysinfo
{
  unsigned long  uptime;
  unsigned long  loads[3];
  unsigned long  totalram;
  unsigned long  freeram;
  unsigned long  sharedram;
  unsigned long  bufferram;
  unsigned long  totalswap;
  unsigned long  freeswap;
  unsigned short procs;
  unsigned long  totalhigh;
  unsigned long  freehigh;
  unsigned       mem_unit;
};

int sysinfo(struct sysinfo *info);

#endif
