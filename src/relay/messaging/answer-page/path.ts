/** Where the page of a message is, below the public address; its token follows. */
export const ANSWER_PATH = '/a/';
