export { checkTradeOff, tradeOff } from './trade-off.ts';
