/** Alerts about the curves of a run. */
export const ALERT_MESSAGES = {
  'alert.diverging':
    'The training loss has risen from {from} at step {step} to {to}. A lower learning rate or more warmup prevents that.',
  'alert.notFinite': 'The {quantity} became {value} at step {step}, which ended the run.',
  'alert.gradientSpike':
    'The gradient norm was {norm} at step {step}, and is usually {usual}. One spike is clipped; several call for a lower learning rate or a check of the data.',
  'alert.heldOutRising':
    'The held-out loss has risen from {from} at step {step} to {to} while the training loss falls: the model overfits. Train for fewer epochs, or keep the best model instead of the last.',
  'alert.heldOutRisingBestKept':
    'The held-out loss has risen from {from} at step {step} to {to} while the training loss falls: the model overfits. The run keeps the model of the best evaluation; fewer epochs or early stopping save time.',
  'alert.plateau': {
    one: 'The held-out loss has stayed near {loss} for {count} evaluation, since step {step}. More steps may not improve it.',
    other:
      'The held-out loss has stayed near {loss} for {count} evaluations, since step {step}. More steps may not improve it.',
  },
  'alert.slower':
    'Training has slowed down to {speed} tokens per second from {usual}. Check what else uses this machine.',
  'alert.slowerThanEstimated':
    'At its present pace, training takes {projected} instead of the estimated {estimated}. Check what else uses this machine, or stop the run and start a smaller one.',
} as const;
