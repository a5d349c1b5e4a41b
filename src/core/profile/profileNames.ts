import { message, type Message } from '../messages/message.js';
import type { PersonalData } from '../masking/policy/policy.js';
import type { DataProfile } from './profile.js';

/** Names of the splits that the data itself assigns. */
export const SPLIT_LABELS: Readonly<Record<DataProfile['splits'][number]['name'], Message>> = {
  train: message('splitName.train'),
  heldOut: message('splitName.heldOut'),
  test: message('splitName.test'),
  none: message('splitName.none'),
};

interface PersonalDataTexts {
  /** `Email addresses` */
  readonly label: Message;
  /** `12 email addresses` */
  readonly counted: (count: number) => Message;
}

export const PERSONAL_DATA_TEXTS: Readonly<Record<PersonalData, PersonalDataTexts>> = {
  email: {
    label: message('personalData.email'),
    counted: (count) => message('personalData.email.count', { count }),
  },
  phone: {
    label: message('personalData.phone'),
    counted: (count) => message('personalData.phone.count', { count }),
  },
  card: {
    label: message('personalData.card'),
    counted: (count) => message('personalData.card.count', { count }),
  },
  iban: {
    label: message('personalData.iban'),
    counted: (count) => message('personalData.iban.count', { count }),
  },
  ip: {
    label: message('personalData.ip'),
    counted: (count) => message('personalData.ip.count', { count }),
  },
  key: {
    label: message('personalData.key'),
    counted: (count) => message('personalData.key.count', { count }),
  },
};
