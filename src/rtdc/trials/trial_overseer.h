/* The process that oversees an inspector, and replaces it where it has crashed, or had to be killed, or has left. For
 * the trials only. */
#ifndef RTDC_TRIALS_TRIAL_OVERSEER_H
#define RTDC_TRIALS_TRIAL_OVERSEER_H

/* Have questions answered as long as the job lives, or until no inspector can be started: then the process shall end.
 *
 * channel   to the job, by which the inspector is asked */
void sm_trial_oversee(int channel);

#endif
