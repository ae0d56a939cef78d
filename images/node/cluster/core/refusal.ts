/** Why a change is refused, in one line for the operator. Thrown while a change is worked out on a copy. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}
