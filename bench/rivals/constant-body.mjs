/** As long as what our gateway answers when it has nothing behind it. */
export const constantBody = JSON.stringify({ status: 'found', message: 'The requested resource was looked at here' });
