/* Lets a light walk over the other LEDs. The second button, whose pin raises
 * a signal with each edge, turns it round.
 */

#include <nuttx/config.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nuttx/ioexpander/gpio.h>
#include <nuttx/leds/userled.h>

#define PIN     "/dev/gpio9"
#define FIRST   1
#define COUNT   3
#define STEP_US 200000

static volatile sig_atomic_t g_step = 1;

static void turn(int signo)
{
  g_step = -g_step;
}

int walk_main(int argc, FAR char *argv[])
{
  struct sigevent edge = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
  struct userled_s light = { .ul_led = FIRST };
  int pin = open(PIN, O_RDONLY);
  int leds = open("/dev/userleds", O_WRONLY);

  signal(SIGUSR1, turn);
  ioctl(pin, GPIOC_SETPINTYPE, GPIO_INTERRUPT_RISING_PIN);
  ioctl(pin, GPIOC_REGISTER, (unsigned long)&edge);

  for (; ; )
    {
      light.ul_on = true;
      ioctl(leds, ULEDIOC_SETLED, (unsigned long)&light);
      usleep(STEP_US);
      light.ul_on = false;
      ioctl(leds, ULEDIOC_SETLED, (unsigned long)&light);
      light.ul_led = FIRST + (light.ul_led - FIRST + COUNT + g_step) % COUNT;
    }
}
