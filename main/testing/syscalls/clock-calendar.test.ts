/** Calendar time (manual 2.6.4 to 2.6.12), which the C library does; there are no time zones. */
import { test } from 'vitest';
import { expectCalls } from '../calls';

const setup = `static time_t g_seconds;
static struct tm g_tm;
static char g_text[64];

static FAR const time_t *of(time_t time)
{
  g_seconds = time;
  return &g_seconds;
}

static FAR struct tm *tm_of(int year, int month, int day, int hour, int minute, int second)
{
  memset(&g_tm, 0, sizeof(g_tm));
  g_tm.tm_year = year - 1900;
  g_tm.tm_mon = month - 1;
  g_tm.tm_mday = day;
  g_tm.tm_hour = hour;
  g_tm.tm_min = minute;
  g_tm.tm_sec = second;
  return &g_tm;
}

static int is(FAR const struct tm *tm, int year, int month, int day, int hour, int minute, int second)
{
  return tm->tm_year + 1900 == year && tm->tm_mon + 1 == month && tm->tm_mday == day && tm->tm_hour == hour &&
         tm->tm_min == minute && tm->tm_sec == second;
}
`;

test('mktime, timegm, difftime', () =>
  expectCalls(setup, [
    ['(int)mktime(tm_of(1970, 1, 1, 0, 0, 0))', 0],
    ['(int)mktime(tm_of(2016, 1, 1, 0, 0, 0))', 1_451_606_400],
    ['(int)mktime(tm_of(2000, 2, 29, 12, 34, 56))', 951_827_696],
    // Fields out of their range carry, and the day of the week and of the year are filled in.
    ['(int)mktime(tm_of(2023, 14, 31, 25, 61, 61))', 1_709_431_321],
    ['is(&g_tm, 2024, 3, 3, 2, 2, 1)', 1],
    ['g_tm.tm_wday', 0],
    ['g_tm.tm_yday', 62],
    ['mktime(tm_of(2100, 1, 1, 0, 0, 0)) == 4102444800LL', 1],
    ['(int)timegm(tm_of(2016, 1, 1, 0, 0, 0))', 1_451_606_400],
    ['(int)difftime(100, 40)', 60],
  ]));

test('gmtime, gmtime_r, localtime, localtime_r', () =>
  expectCalls(setup, [
    ['is(gmtime(of(0)), 1970, 1, 1, 0, 0, 0)', 1],
    ['is(gmtime(of(951827696)), 2000, 2, 29, 12, 34, 56)', 1],
    ['gmtime(of(951827696))->tm_wday', 2],
    ['gmtime(of(951827696))->tm_yday', 59],
    ['is(gmtime(of(-1)), 1969, 12, 31, 23, 59, 59)', 1],
    ['is(gmtime(of(4102444800LL)), 2100, 1, 1, 0, 0, 0)', 1],
    ['gmtime_r(of(1000000000), &g_tm) == &g_tm', 1],
    ['is(&g_tm, 2001, 9, 9, 1, 46, 40)', 1],
    ['is(localtime(of(1000000000)), 2001, 9, 9, 1, 46, 40)', 1],
    ['localtime_r(of(86399), &g_tm) == &g_tm', 1],
    ['is(&g_tm, 1970, 1, 1, 23, 59, 59)', 1],
    ['g_tm.tm_isdst', 0],
  ]));

test('asctime, asctime_r, ctime, ctime_r', () =>
  expectCalls(setup, [
    ['strcmp(asctime(gmtime(of(1000000000))), "Sun Sep  9 01:46:40 2001\\n")', 0],
    ['asctime_r(gmtime(of(951827696)), g_text) == g_text', 1],
    ['strcmp(g_text, "Tue Feb 29 12:34:56 2000\\n")', 0],
    ['strcmp(ctime(of(0)), "Thu Jan  1 00:00:00 1970\\n")', 0],
    ['ctime_r(of(1451606400), g_text) == g_text', 1],
    ['strcmp(g_text, "Fri Jan  1 00:00:00 2016\\n")', 0],
  ]));

test('strftime and strptime', () =>
  expectCalls(setup, [
    ['(int)strftime(g_text, sizeof(g_text), "%Y-%m-%d %H:%M:%S %a %b %j", gmtime(of(1000000000)))', 31],
    ['strcmp(g_text, "2001-09-09 01:46:40 Sun Sep 252")', 0],
    ['(int)strftime(g_text, 5, "%Y-%m-%d", gmtime(of(0)))', 0],
    ['*strptime("2000-02-29 12:34:56 rest", "%Y-%m-%d %H:%M:%S", tm_of(1970, 1, 1, 0, 0, 0))', ' '.charCodeAt(0)],
    ['is(&g_tm, 2000, 2, 29, 12, 34, 56)', 1],
    ['strptime("no date", "%Y", &g_tm) == NULL', 1],
  ]));
