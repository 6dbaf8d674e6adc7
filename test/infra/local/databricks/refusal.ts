/** What an action is refused with, as status, code and message in one text. */
export function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return `${status} ${code}: ${message}`;
  }
  return 'accepted';
}
