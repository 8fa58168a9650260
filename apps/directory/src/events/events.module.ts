import { Module } from '@nestjs/common';
import { EventHandlers } from './event.handlers.js';

@Module({ controllers: [EventHandlers] })
export class EventsModule {}
