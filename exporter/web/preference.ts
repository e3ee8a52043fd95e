/** What this browser remembers of a person's choice. */

export interface Preference {
  /** Off by default. */
  isOn(): boolean;
  set(on: boolean): void;
}

/** Without access to the browser's storage, as in some private windows, it lasts as long as the page. */
export function createPreference(name: string): Preference {
  const key = `onehertz.${name}`;
  let current = false;
  try {
    current = localStorage.getItem(key) === 'on';
  } catch {
    // remains off
  }
  return {
    isOn: () => current,
    set(on) {
      current = on;
      try {
        if (on) localStorage.setItem(key, 'on');
        else localStorage.removeItem(key);
      } catch {
        // not remembered
      }
    },
  };
}
