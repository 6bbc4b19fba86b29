/* Waits for the first button, and switches the first LED with each press. */

#include <nuttx/config.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nuttx/input/buttons.h>
#include <nuttx/leds/userled.h>

#define BUTTON 1
#define LED    0

int lamp_main(int argc, FAR char *argv[])
{
  struct btn_pollevents_s events = { .bp_press = BUTTON, .bp_release = 0 };
  struct userled_s lamp = { .ul_led = LED, .ul_on = false };
  struct pollfd wait = { .events = POLLIN };
  btn_buttonset_t pressed;
  int leds = open("/dev/userleds", O_WRONLY);

  wait.fd = open("/dev/buttons", O_RDONLY);
  ioctl(wait.fd, BTNIOC_POLLEVENTS, (unsigned long)&events);

  while (poll(&wait, 1, -1) > 0)
    {
      read(wait.fd, &pressed, sizeof(pressed));
      lamp.ul_on = !lamp.ul_on;
      ioctl(leds, ULEDIOC_SETLED, (unsigned long)&lamp);
      printf("lamp: %s\n", lamp.ul_on ? "on" : "off");
    }

  return 1;
}
