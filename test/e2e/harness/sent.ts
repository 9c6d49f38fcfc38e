/** Whether a provider has a message: it may have said meanwhile that it arrived. */
export const isSent = (status: string): boolean => status === 'accepted' || status === 'delivered';
