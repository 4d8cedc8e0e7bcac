// Control characters other than tab and line feed, and the line ends that only some programs know.
const SPECIAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;
const SPECIALS = new RegExp(SPECIAL, 'g');
const MAX_SEQUENCE = 4096;

type Mode = 'text' | 'return' | 'escape' | 'csi' | 'string' | 'stringEscape';

/**
 * Takes out of a program's output what would steer a terminal, also when it is split over chunks: control sequences and control
 * characters are dropped, line ends become `\n`. A sequence that does not end within 4,096 characters is taken for text, so
 * that nothing hides what follows. (What reorders or hides text is made visible where it is shown, by `core/inertText.ts`.)
 */
export class ControlStripper {
  #mode: Mode = 'text';
  #length = 0;

  push(chunk: string): string {
    if (this.#mode === 'text' && !SPECIAL.test(chunk)) return chunk;
    let shown = '';
    let position = 0;
    while (position < chunk.length) {
      if (this.#mode === 'text') {
        SPECIALS.lastIndex = position;
        const next = SPECIALS.exec(chunk)?.index ?? chunk.length;
        shown += chunk.slice(position, next);
        position = next;
        if (position === chunk.length) break;
      }
      shown += this.#step(chunk.charAt(position++));
    }
    return shown;
  }

  #step(character: string): string {
    switch (this.#mode) {
      case 'text':
        return this.#ground(character);
      case 'return':
        this.#mode = 'text';
        if (character === '\n') return '\n';
        if (character === '\r') this.#mode = 'return';
        return character === '\r' ? '' : `\n${SPECIAL.test(character) ? this.#ground(character) : character}`;
      case 'escape':
        return this.#escape(character);
      case 'csi':
        return this.#csi(character);
      case 'string':
        return this.#string(character);
      case 'stringEscape':
        this.#mode = 'text';
        return character === '\\' ? '' : this.#escape(character);
    }
  }

  #ground(character: string): string {
    this.#length = 0;
    const code = character.charCodeAt(0);
    if (character === '\r') this.#mode = 'return';
    else if (code === 0x1b) this.#mode = 'escape';
    else if (code === 0x9b) this.#mode = 'csi';
    else if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code)) this.#mode = 'string';
    else if (code === 0x2028 || code === 0x2029) return '\n';
    return '';
  }

  #escape(character: string): string {
    const code = character.charCodeAt(0);
    this.#mode = 'text';
    if (character === '[') this.#mode = 'csi';
    else if (']PX^_'.includes(character)) this.#mode = 'string';
    else if (code === 0x1b || (code >= 0x20 && code <= 0x2f)) this.#mode = 'escape';
    else if (code < 0x20)
      return character === '\n' || character === '\t' ? character : this.#ground(character);
    else if (code > 0x7e) return SPECIAL.test(character) ? this.#ground(character) : character;
    return '';
  }

  #csi(character: string): string {
    const code = character.charCodeAt(0);
    if (code >= 0x20 && code <= 0x3f && ++this.#length <= MAX_SEQUENCE) return '';
    this.#mode = 'text';
    if (code >= 0x40 && code <= 0x7e) return '';
    return SPECIAL.test(character) ? this.#ground(character) : character;
  }

  #string(character: string): string {
    const code = character.charCodeAt(0);
    if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) this.#mode = 'text';
    else if (code === 0x1b) this.#mode = 'stringEscape';
    else if (++this.#length > MAX_SEQUENCE) this.#mode = 'text';
    return '';
  }
}
