/** The enterprise project that a list is narrowed to: `all_granted_eps` means all that the account may see, which is all of its domain's. */
export function enterpriseFilter(told: string | undefined): string | undefined {
  return told === 'all_granted_eps' ? undefined : told;
}
