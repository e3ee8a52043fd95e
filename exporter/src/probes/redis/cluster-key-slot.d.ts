/** The part of Redis Cluster's specification that ioredis uses, too; it comes without types. */
declare module 'cluster-key-slot' {
  /** The slot of a key, from 0 to 16383. */
  export default function calculateSlot(key: string): number;
}
